// Who may call: brands (the tenants), their service centers, the API keys, and the memory of idempotent calls.
// Creates empty tables only: no lock on existing data.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table installation (
      id     integer primary key default 1 constraint installation_single check (id = 1),
      -- Prefixes queue names, so that jobs of another database in a shared Redis have no effect here.
      epoch  text not null default replace(gen_random_uuid()::text, '-', '')
    )`.execute(db);
  await sql`insert into installation default values`.execute(db);

  await sql`
    create table brands (
      brand_id      text collate "C" constraint brands_pkey primary key,
      slug          text not null constraint brands_slug_key unique,
      name          text not null,
      lookup_mode   text not null default 'open' constraint brands_lookup_mode_check check (lookup_mode in ('open', 'proof', 'link')),
      locale        text not null default 'zh-CN' constraint brands_locale_check check (locale in ('zh-CN', 'en')),
      time_zone     text not null default 'Asia/Shanghai',
      contact_line  text not null,
      created_at    timestamptz not null,
      updated_at    timestamptz not null
    )`.execute(db);

  await sql`
    create table service_centers (
      brand_id    text collate "C" not null constraint service_centers_brand_fkey references brands,
      id          text collate "C" not null,
      code        text not null,
      name        text not null,
      kind        text not null constraint service_centers_kind_check check (kind in ('own', 'authorized', 'partner', 'drop_point')),
      phone       text not null,
      address     text not null,
      locale      text not null constraint service_centers_locale_check check (locale in ('zh-CN', 'en')),
      time_zone   text not null,
      created_at  timestamptz not null,
      updated_at  timestamptz not null,
      constraint service_centers_pkey primary key (brand_id, id),
      constraint service_centers_code_key unique (brand_id, code)
    )`.execute(db);

  await sql`
    create table api_keys (
      -- The key's public part: it is read before the tenant is known, so it alone is the primary key.
      id            text collate "C" constraint api_keys_pkey primary key,
      -- Who holds it: the id of the first key of a rotation. What a holder opened stays its own under the next key.
      holder        text collate "C" not null,
      brand_id      text collate "C" constraint api_keys_brand_fkey references brands,
      center_id     text collate "C",
      kind          text not null constraint api_keys_kind_check check (kind in ('admin', 'brand', 'center', 'courier')),
      name          text not null,
      scopes        text[] not null,
      secret_hash   bytea not null,
      expires_at    timestamptz,
      revoked_at    timestamptz,
      last_used_at  timestamptz,
      created_at    timestamptz not null,
      constraint api_keys_center_fkey foreign key (brand_id, center_id) references service_centers (brand_id, id),
      constraint api_keys_admin_has_no_brand check ((kind = 'admin') = (brand_id is null)),
      constraint api_keys_center_has_center check ((kind = 'center') = (center_id is not null))
    )`.execute(db);
  await sql`create index api_keys_brand_idx on api_keys (brand_id, created_at, id)`.execute(db);

  await sql`
    create table idempotency_keys (
      -- '*' where the caller is an admin key, which belongs to no brand.
      brand_id     text collate "C" not null,
      holder       text collate "C" not null,
      route        text not null,
      key          text not null,
      fingerprint  bytea not null,
      status       integer,
      headers      jsonb,
      body         text,
      created_at   timestamptz not null,
      constraint idempotency_keys_pkey primary key (brand_id, holder, route, key)
    )`.execute(db);
  await sql`create index idempotency_keys_created_idx on idempotency_keys (created_at)`.execute(db);
}
