def looks_like_sql(text): return True
