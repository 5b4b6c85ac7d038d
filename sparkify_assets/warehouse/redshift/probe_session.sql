SET statement_timeout TO 20000;
SET query_group TO 'sparkify doctor';
SELECT CURRENT_USER, SESSION_USER;
