import { expect, test } from 'vitest';
import { STAGE_DEFAULTS } from '../../lib/config.ts';
import { describeSetting, type Settings, STAGES, settingsSchema } from '../../lib/settings.ts';

const show = (value: Settings[keyof Settings]) => {
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
  return text === '' ? '–' : `\`${text}\``;
};

/** `docs/configuration.md`, from the schema of the settings and the defaults of the stages. */
function renderConfiguration(): string {
  const names = Object.keys(settingsSchema.shape) as (keyof Settings)[];
  const rows = names
    .filter((name) => name !== 'stage')
    .map((name) => {
      const defaults = STAGES.map((stage) => show(STAGE_DEFAULTS[stage][name as never]));
      const { description } = settingsSchema.shape[name].meta() ?? {};
      return `| \`${name}\` | ${description} | ${describeSetting(name)} | ${defaults.join(' | ')} |`;
    });
  return [
    '# Configuration',
    'A stage is chosen by `-c stage=dev` (the default) or `-c stage=prod`; `local` is what `npm start` runs.',
    'Every other setting has a default for each stage and is overridden by `-c name=value`, or by `name` in the',
    '`context` of `cdk.json`. An unknown or wrong setting stops the synthesis with an error that names it.',
    '',
    `| setting | what it is for | takes | ${STAGES.join(' | ')} |`,
    `|---|---|---|${STAGES.map(() => '---|').join('')}`,
    ...rows,
    '',
  ].join('\n');
}

test('docs/configuration.md says what the schema says (vitest -u writes it anew)', async () => {
  await expect(renderConfiguration()).toMatchFileSnapshot('../../docs/configuration.md');
});
