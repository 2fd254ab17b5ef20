"""An outcome as text: for people, for programs and CI servers, or as a patch. Reports return text and print nothing."""
