// What is wrong with a text of a brand, place by place.

/** Problems as a problem document lists them. */
export type Problems = { in: 'body'; pointer: string; code: string; detail: string }[];

/** One of them. */
export const problem = (pointer: string, code: string, detail: string): Problems[number] => ({ in: 'body', pointer, code, detail });
