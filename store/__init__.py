"""PostgreSQL: every statement stands in a .sql file beside the module that runs it."""
