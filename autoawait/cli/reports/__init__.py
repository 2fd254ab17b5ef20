"""An outcome in words: full, concise, JSON, or as a patch. Reports give text back; only the command line prints it."""
