-- The users of a day are among those of its 7 days, and these among those of its 28 days.
SELECT
    day,
    dau,
    wau,
    mau
FROM active_listeners
WHERE dau > wau OR wau > mau
