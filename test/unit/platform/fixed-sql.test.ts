// What is written out once stands in a statement as it would by itself, and never loses a value.
import { createQueryId, PostgresQueryCompiler, sql } from 'kysely';
import { expect, it } from 'vitest';
import { fixed } from '#platform/db/fixed-sql.ts';

it('writes a part out as the text it has inside a statement', () => {
  const part = sql`t.id, (select ${sql`k.name`} from contacts k where k.id = ${sql.ref('t.contact_id')}) as name`;
  const text = (of: typeof part) => {
    const statement = sql`select ${of} from tickets t where t.id = ${'tkt_1'}`;
    return new PostgresQueryCompiler().compileQuery(statement.toOperationNode(), createQueryId());
  };
  expect(text(fixed(part))).toMatchObject({ sql: text(part).sql, parameters: ['tkt_1'] });
});

it('takes no part that holds a value', () => {
  expect(() => fixed(sql`t.id = ${'tkt_1'}`)).toThrow(TypeError);
});
