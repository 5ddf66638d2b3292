// How a brand's pages look: colors, logo, privacy note and the host names that are its own. Two empty tables and three narrow views over
// them, which are read before the tenant is known. No lock on existing rows.
import { type Kysely, sql } from 'kysely';

const tables = { looks: 'select, insert, update', page_hosts: 'select, insert, delete' };

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table looks (
      brand_id      text collate "C" constraint looks_pkey primary key constraint looks_brand_fkey references brands,
      accent_light  text constraint looks_accent_light_check check (accent_light ~ '^#[0-9a-f]{6}$'),
      accent_dark   text constraint looks_accent_dark_check check (accent_dark ~ '^#[0-9a-f]{6}$'),
      -- By language: a text, a link, or both.
      privacy       jsonb not null default '{}',
      -- Small enough for a page: it is kept beside its row, so that every process serves it.
      logo          bytea constraint looks_logo_check check (octet_length(logo) <= 16384),
      logo_hash     text collate "C",
      logo_type     text,
      logo_width    integer,
      logo_height   integer,
      updated_at    timestamptz not null,
      constraint looks_accents_check check ((accent_light is null) = (accent_dark is null)),
      constraint looks_logo_whole_check check (num_nulls(logo, logo_hash, logo_type, logo_width, logo_height) in (0, 5))
    )`.execute(db);
  await sql`create index looks_logo_hash_idx on looks (logo_hash) where logo_hash is not null`.execute(db);
  await sql`
    create table page_hosts (
      brand_id  text collate "C" not null constraint page_hosts_brand_fkey references brands,
      host      text collate "C" not null constraint page_hosts_host_key unique,
      constraint page_hosts_pkey primary key (brand_id, host)
    )`.execute(db);

  await sql`
    create view faces as
    select b.brand_id, b.slug, b.name, b.contact_line, l.accent_light, l.accent_dark, coalesce(l.privacy, '{}') as privacy,
           l.logo_hash, l.logo_type, l.logo_width, l.logo_height
      from brands b
      left join looks l on l.brand_id = b.brand_id`.execute(db);
  await sql`create view face_hosts as select host, brand_id from page_hosts`.execute(db);
  await sql`create view logos as select logo_hash, logo_type, logo from looks where logo_hash is not null`.execute(db);
  await sql`grant select on faces, face_hosts, logos to glassbench_app`.execute(db);

  for (const [table, rights] of Object.entries(tables)) {
    const name = sql.table(table);
    await sql`grant ${sql.raw(rights)} on ${name} to glassbench_app`.execute(db);
    await sql`alter table ${name} enable row level security`.execute(db);
    await sql`
      create policy tenant on ${name} to glassbench_app
      using (brand_id = current_setting('app.brand_id', true) or current_setting('app.brand_id', true) = '*')`.execute(db);
  }
}
