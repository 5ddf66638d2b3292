// What can be known of a telephone number without calling it, by the numbering plans that libphonenumber keeps.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** E.164 as to its form; whether its country has such numbers, `isPhone` knows. */
export const e164 = /^\+[1-9]\d{6,14}$/;

/** Whether the country it names has numbers of this length. */
export const isPhone = (text: string): boolean => parsePhoneNumberFromString(text)?.isPossible() === true;

/** Whether a text can reach it: a fixed line takes none. What the plans do not know is tried. */
export const takesTexts = (phone: string): boolean => parsePhoneNumberFromString(phone)?.getType() !== 'FIXED_LINE';
