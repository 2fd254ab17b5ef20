"""Why can a function not become async, whoever calls it?"""
