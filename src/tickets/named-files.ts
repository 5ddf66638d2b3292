// Files that a step names as its evidence: they have to be there, on this ticket.
import type { Command } from './lifecycle.ts';

const given = (ids: readonly (string | undefined)[] | undefined): string[] => (ids ?? []).filter((id) => id !== undefined);

/** Ids of the files that a command names. */
export function filesNamed({ action, input }: Command): string[] {
  switch (action) {
    case 'device.receive':
      return given([input.acknowledgement?.file]);
    case 'diagnosis.record':
      return given(input.photos);
    case 'qc.pass':
      return given(input.checks.map(({ file }) => file));
    default:
      return [];
  }
}
