"""What a call gives, who may be called, and who refers to a function, across the files of a project.

Face: ``CallResults`` says what an expression gives, ``ClassGraph`` which classes have which members, ``References``
where a function is named, ``ArgumentSinks`` what becomes of an argument. It must not know what is a mistake.
"""
