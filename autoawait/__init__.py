"""autoawait finds the missing awaits of a whole Python project and puts them in."""

__version__ = "0.1.0"
