"""What a call gives, who may be called, and who refers to a function, across the files of a project.

Face: ``call_results.CallResults`` says what an expression gives, ``class_graph.graph.ClassGraph`` which classes
have which members, ``references.References`` where a function is named, ``argument_sinks.ArgumentSinks`` what
becomes of an argument. It must not know what is a mistake.
"""
