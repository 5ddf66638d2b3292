// The metrics of this process, one registry for all features; the ops port shows it.
import { collectDefaultMetrics, Registry } from '@prometheus-io/client';

/** Register counters and histograms here. Labels are kinds and codes, never identifiers. */
export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });
