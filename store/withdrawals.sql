-- name: withdraw
-- See the function: takes an answer back, or says why not. $1 assignment $2 person $3 submission $4 lease in s
SELECT withdraw_submission($1, $2, $3, $4)

-- name: tell_final
-- See the function: tells workflows of answers that can be taken back no more; how many.
SELECT tell_final_submissions($1)
