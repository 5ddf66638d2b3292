// By when the customer hears what has come of trouble with a parcel, and under which number it is claimed for.
import type { Scene } from '../scene.ts';

/** The day named in the message, or else that of the next word. */
export const answer = ({ about, by }: Scene): string | null => about?.answerBy ?? by;

/** A scan or the intake has drafted it: nobody has asked the carrier for anything yet. */
const isDraft = ({ state }: NonNullable<NonNullable<Scene['about']>['claim']>): boolean => state === 'draft';

/** In Chinese. */
export const zh = {
  before: (scene: Scene): string => (answer(scene) === null ? '尽快' : `最迟于${answer(scene)}`),
  claim: ({ about }: Scene): string[] =>
    about === null || about.claim === null
      ? []
      : isDraft(about.claim)
        ? ['我们正在准备向快递公司提出索赔。']
        : [`我们已向快递公司提出索赔${about.claim.number === null ? '' : `，理赔编号：${about.claim.number}`}。`],
};
/** In English. */
export const en = {
  before: (scene: Scene): string => (answer(scene) === null ? 'as soon as we can' : `by ${answer(scene)} at the latest`),
  claim: ({ about }: Scene): string[] =>
    about === null || about.claim === null
      ? []
      : isDraft(about.claim)
        ? ['We are preparing a claim for it, to be made to the carrier.']
        : [`We have claimed for it from the carrier${about.claim.number === null ? '' : ` under the number ${about.claim.number}`}.`],
};
