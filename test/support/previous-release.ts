// What ran before: its code must go on running while the new schema is in place already.

/** The newest commit that is (or stands for) the release before this one, and the last migration that it knows. */
export const previousRelease = { commit: '761a72c', migration: '0009_follow_ups' } as const;
