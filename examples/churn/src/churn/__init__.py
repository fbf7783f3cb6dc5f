"""Which customers will leave next month?"""
