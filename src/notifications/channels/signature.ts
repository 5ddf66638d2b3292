// Who sends a text stands before it: in 【】 as China's networks want it, else as a name.

/** The text with its signature; providers that put it there themselves are not given it. */
export function signed(signature: string | undefined, text: string): string {
  if (signature === undefined) return text;
  return /\p{Script=Han}/u.test(text) ? `【${signature}】${text}` : `${signature}: ${text}`;
}
