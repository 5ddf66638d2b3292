// How a brand's pages look, and what of it is read before the tenant is known (migrations/0013).
import type { Fixed, GeneratedJson } from './column.ts';

export interface Looks {
  brand_id: Fixed<string>;
  accent_light: string | null;
  accent_dark: string | null;
  privacy: GeneratedJson;
  logo: Buffer | null;
  logo_hash: string | null;
  logo_type: string | null;
  logo_width: number | null;
  logo_height: number | null;
  updated_at: Date;
}

export interface PageHosts {
  brand_id: Fixed<string>;
  host: Fixed<string>;
}

/** Every brand as its pages show it. */
export interface Faces {
  brand_id: string;
  slug: string;
  name: string;
  contact_line: string;
  accent_light: string | null;
  accent_dark: string | null;
  privacy: object;
  logo_hash: string | null;
  logo_type: string | null;
  logo_width: number | null;
  logo_height: number | null;
  time_zone: string;
}

export interface FaceHosts {
  host: string;
  brand_id: string;
}

export interface Logos {
  logo_hash: string | null;
  logo_type: string | null;
  logo: Buffer | null;
}
