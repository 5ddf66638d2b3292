// What a brand's own mail may name of a scene, by the names that `texts/template.ts` lists.
import type { Values } from '#texts/template.ts';
import type { Addressee, Scene } from './scene.ts';
import type { Wording } from './wording.ts';

/** Where its name is not known: a text that names it is the brand's own all the same. */
const someCarrier = { 'zh-CN': '快递公司', en: 'the carrier' } as const;

/** `next`: the next step as the built-in words have it, with whoever takes it. */
export function valuesOf(scene: Scene, { next }: Wording, nextStep: string, { brand, center, contactLine, locale }: Addressee): Values {
  const { promise, hold, quote, parcel, storage, repair, diagnosis, parts } = scene;
  const comma = locale === 'zh-CN' ? '、' : ', ';
  return {
    brand,
    center,
    contact: contactLine,
    code: scene.code,
    label: hold?.label ?? scene.label,
    on: scene.on,
    by: scene.by,
    next: nextStep,
    why: scene.why,
    promisedOn: promise?.day ?? null,
    holdLabel: hold?.label ?? null,
    holdWhy: hold?.why ?? null,
    holdUntil: hold?.until ?? null,
    quoteTotal: quote?.total ?? null,
    quoteUntil: quote?.until ?? null,
    diagnosisFee: quote?.fee ?? null,
    parts: parts.length === 0 ? null : parts.map(({ name }) => name).join(comma),
    carrier: parcel && (parcel.carrier ?? someCarrier[locale]),
    waybillTail: parcel?.tail ?? null,
    eta: parcel?.eta ?? null,
    storageFreeUntil: storage?.freeUntil ?? null,
    storageKeepUntil: storage?.keepUntil ?? null,
    storageFee: storage?.fee ?? null,
    warrantyUntil: repair?.warrantyUntil ?? null,
    diagnosisBy: diagnosis?.by ?? null,
    outcome: scene.outcome ?? 'none',
    returnMethod: scene.returnMethod,
    status: scene.status,
    turn: next.by,
  };
}
