"""Does a place that is given a function take an async one?"""
