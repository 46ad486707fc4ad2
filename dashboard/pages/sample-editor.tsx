import { findSchemaFaults, type Schema } from '../data/schema.ts';
import { Button } from '../ui/basics.tsx';
import { TextArea } from '../ui/fields.tsx';
import { SchemaTable } from './schema-table.tsx';

/** The text of the editor as JSON, or what is wrong with it. */
export type Sample =
  | { readonly data: unknown; readonly fault?: undefined }
  | { readonly data?: undefined; readonly fault: string };

/** The data in a text of JSON, within the schema of its event; `user_id` is the sender's own, and need not be there. */
export function readSample(text: string, schema: Schema): Sample {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { fault: `This is no JSON yet: ${(error as Error).message}` };
  }
  const faults = findSchemaFaults(schema, data).filter(({ path }) => path !== 'data.user_id');
  const [first, ...others] = faults;
  if (!first) return { data };
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return { fault: `${first.path} ${first.detail}${more}` };
}

type SampleEditorProps = {
  readonly text: string;
  readonly schema: Schema;
  readonly fault: string | undefined;
  readonly onInput: (text: string) => void;
  readonly onReset: () => void;
};

/** The data of an event, to be changed within its schema, which stands below. */
export function SampleEditor({ text, schema, fault, onInput, onReset }: SampleEditorProps) {
  return (
    <div class="stack">
      <TextArea
        label="Data"
        value={text}
        onInput={onInput}
        rows={Math.min(18, text.split('\n').length + 1)}
        fault={fault}
        hint="A sample: change what you like. The user_id that is sent is your own."
      />
      <div class="row spread">
        <details class="schema-details">
          <summary class="small">What it may hold</summary>
          <SchemaTable schema={schema} />
        </details>
        <Button kind="quiet" icon="replay" onClick={onReset}>
          Back to the sample
        </Button>
      </div>
    </div>
  );
}
