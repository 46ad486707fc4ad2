import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/** What a role may do no longer: one action, on the resources that have `on` in their ids. */
export type Withdrawal = { readonly role: string; readonly action: string; readonly on?: string };

type Statement = { Action: string | string[]; Resource: unknown };
type Policy = {
  Type: string;
  Properties: { Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } };
};

/** A copy of the assembly with permissions taken away from roles, gone when the test ends. */
export async function givenAssemblyWithout(...withdrawals: Withdrawal[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-withdrawn-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(inject('assemblyDirectory'), directory, { recursive: true });
  const path = join(directory, 'CathcrWebhooks-local.template.json');
  const template = JSON.parse(await readFile(path, 'utf8')) as { Resources: Record<string, Policy> };
  for (const withdrawal of withdrawals) withdraw(Object.values(template.Resources), withdrawal);
  await writeFile(path, JSON.stringify(template));
  return directory;
}

/** @throws Error where there was no such permission to take away */
function withdraw(resources: readonly Policy[], { role, action, on = '' }: Withdrawal): void {
  let found = false;
  for (const { Type, Properties } of resources) {
    if (Type !== 'AWS::IAM::Policy' || !Properties.Roles.some(({ Ref }) => Ref.startsWith(role))) continue;
    const { PolicyDocument } = Properties;
    PolicyDocument.Statement = PolicyDocument.Statement.flatMap((statement) => {
      const [actions, resourcesOfIt] = [[statement.Action].flat(), [statement.Resource].flat()];
      const withdrawn = resourcesOfIt.filter((resource) => JSON.stringify(resource).includes(on));
      if (!actions.includes(action) || withdrawn.length === 0) return [statement];
      found = true;
      return [
        { ...statement, Action: actions.filter((other) => other !== action) },
        {
          ...statement,
          Action: action,
          Resource: resourcesOfIt.filter((other) => !withdrawn.includes(other)),
        },
      ];
    });
  }
  if (!found) throw new Error(`${role} had no ${action} on ${on}`);
}
