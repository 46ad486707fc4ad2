import { listFields, type Schema } from '../data/schema.ts';

/** The fields of an event's data: what each may be, and whether it is always there. */
export function SchemaTable({ schema }: { readonly schema: Schema }) {
  return (
    <dl class="schema">
      {listFields(schema).map(({ path, type, isRequired, description }) => (
        <div key={path}>
          <dt class="mono small wrap-anywhere">
            {path}
            {!isRequired && <span class="muted"> optional</span>}
          </dt>
          <dd class="muted small">
            {type}
            {description && <span> · {description}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
