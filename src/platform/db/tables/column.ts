// The kinds of column that Kysely has no word for.
import type { ColumnType, JSONColumnType } from 'kysely';

/** A JSON object; written as text. */
export type Json = JSONColumnType<object, string, string>;
/** The same where it may be missing. */
export type NullableJson = ColumnType<object | null, string | null, string | null>;
/** The same where the database knows what to put in. */
export type GeneratedJson = ColumnType<object, string | undefined, string>;
/** Set once by the insert; the application is granted no update that would need it. */
export type Fixed<T> = ColumnType<T, T, never>;
