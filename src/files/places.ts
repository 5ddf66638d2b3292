// Where on the disk uploads arrive before they are kept: beside the files, never among them.
import path from 'node:path';
import type { Config } from '#config.ts';

/** The folder of uploads in progress. */
export const incomingFolder = ({ DATA_DIR }: Pick<Config, 'DATA_DIR'>): string => path.join(DATA_DIR, 'incoming');
