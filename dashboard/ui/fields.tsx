import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type FieldProps = {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with the value; nothing is where it is absent. */
  readonly fault?: string | undefined;
};

type Attributes = {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
};

/** A label, what it labels, and what is to be said of it: one field of a form. */
function Field({
  label,
  hint,
  fault,
  children,
}: FieldProps & { readonly children: (attributes: Attributes) => ComponentChildren }) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div class={fault ? 'field faulty' : 'field'}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': Boolean(fault) })}
      <div id={about} class="field-about">
        {fault ? <span class="fault">{fault}</span> : hint}
      </div>
    </div>
  );
}

type TextFieldProps = FieldProps & {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'url' | 'datetime-local';
  readonly isCode?: boolean;
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly maxLength?: number;
};

/** Preact's types tell inputs apart by their type, for the roles that each may have; none is set here. */
const ofType = (type: string) => ({ type }) as { type: 'text' };

export function TextField({ label, hint, fault, onInput, isCode, type = 'text', ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <input
          {...rest}
          {...attributes}
          {...ofType(type)}
          class={isCode ? 'mono' : undefined}
          spellcheck={!isCode}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type TextAreaProps = FieldProps & {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly rows?: number;
  readonly placeholder?: string;
};

/** For what programs write: JSON, headers, bodies. */
export function TextArea({ label, hint, fault, onInput, ...rest }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <textarea
          spellcheck={false}
          class="mono"
          {...rest}
          {...attributes}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly hint: ComponentChildren;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
};

/** Yes or no, and what that means. */
export function Choice({ label, hint, value, onChange }: ChoiceProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={value}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>
        {label}
        <small>{hint}</small>
      </span>
    </label>
  );
}

type Option = { readonly value: string; readonly label: string };

type SelectProps = FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly Option[];
  readonly disabled?: boolean;
};

/** Options that are called what they stand for. */
export const namesAsOptions = (names: readonly string[]): Option[] =>
  names.map((name) => ({ value: name, label: name }));

export function Select({ label, hint, fault, value, onChange, options, disabled }: SelectProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <select
          {...attributes}
          disabled={disabled}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
