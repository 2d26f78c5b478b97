-- PostgreSQL's exclusion alone is otherwise; both stores have the same number.
SELECT 1;
