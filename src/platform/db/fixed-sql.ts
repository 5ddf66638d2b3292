// Parts of statements that hold no values: written out once, where Kysely would walk through them again with every statement they stand in.
import { createQueryId, PostgresQueryCompiler, type RawBuilder, sql } from 'kysely';

const compiler = new PostgresQueryCompiler();

/** The same part as one piece of text. Throws where it holds a value, which would be lost. */
export function fixed<T>(part: RawBuilder<T>): RawBuilder<T> {
  const { sql: text, parameters } = compiler.compileQuery(part.toOperationNode(), createQueryId());
  if (parameters.length > 0) throw new TypeError('a part that holds a value is not fixed');
  return sql.raw<T>(text);
}
