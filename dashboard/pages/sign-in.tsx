import { useState } from 'preact/hooks';
import { IS_LOCAL } from '../data/place.ts';
import { useAction } from '../data/query.ts';
import { Button, Failure, Notice } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';
import { Brand } from '../ui/shell.tsx';

type SignInPageProps = {
  readonly signIn: (key: string) => Promise<void>;
  /** Why somebody who was signed in is not any more. */
  readonly notice: string | undefined;
};

export function SignInPage({ signIn, notice }: SignInPageProps) {
  const [key, setKey] = useState('');
  const enter = useAction(() => signIn(key.trim()));
  const submit = (event: Event) => {
    event.preventDefault();
    if (key.trim() !== '') void enter.run();
  };
  return (
    <main class="sign-in">
      <Brand />
      <section class="card">
        <h1>Sign in</h1>
        <p class="muted">Manage, watch and test your webhooks with the API key of your account.</p>
        {notice && !enter.error && <Notice tone="warn" title={notice} />}
        <form onSubmit={submit} noValidate>
          <TextField
            label="API key"
            type="password"
            value={key}
            onInput={(value) => {
              setKey(value);
              enter.clear();
            }}
            autoComplete="off"
            placeholder="cathcr_key_…"
            hint={
              IS_LOCAL
                ? 'npm start printed one in the terminal.'
                : 'The one that your programs call the API with.'
            }
            isCode
          />
          {enter.error && <Failure error={enter.error} />}
          <Button type="submit" kind="primary" isBusy={enter.isBusy} disabled={key.trim() === ''}>
            Sign in
          </Button>
        </form>
      </section>
      <p class="muted small">
        The key stays in this tab, and is forgotten when you close it. It is sent to the API alone. To look
        around, <code>webhooks:read</code> is enough; to change things the key needs{' '}
        <code>webhooks:write</code>.
      </p>
    </main>
  );
}
