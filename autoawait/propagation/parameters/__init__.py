"""By which other names is a function called that is passed on, and what else is called by these names?"""
