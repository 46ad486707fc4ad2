import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../data/session.tsx';
import { Link, usePlace } from '../router.tsx';
import { Button } from './basics.tsx';
import { Icon, type IconName } from './icons.tsx';

const PLACES: readonly { to: string; label: string; icon: IconName }[] = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/webhooks', label: 'Webhooks', icon: 'webhook' },
  { to: '/webhooks/test', label: 'Test', icon: 'test' },
  { to: '/events', label: 'Events', icon: 'events' },
];

/** The place that a path belongs to: the longest that it begins with. */
function currentPlace(path: string): string | undefined {
  const fitting = PLACES.filter(({ to }) => path === to || (to !== '/' && path.startsWith(`${to}/`)));
  return fitting.toSorted((a, b) => b.to.length - a.to.length)[0]?.to;
}

export const Brand = () => (
  <span class="brand">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M21 11.5a6.5 6.5 0 1 0 0 9" />
      <circle cx="22.5" cy="16" r="2.2" />
    </svg>
    Cathcr <span class="brand-part">Webhooks</span>
  </span>
);

/** What stands around every page: where one can go, and how one leaves. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { signOut } = useSession();
  const { path } = usePlace();
  const current = currentPlace(path);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="top">
        <Link to="/" class="home" aria-label="Cathcr Webhooks, overview">
          <Brand />
        </Link>
        <nav class="places" aria-label="Dashboard">
          {PLACES.map(({ to, label, icon }) => (
            <Link key={to} to={to} aria-current={to === current ? 'page' : undefined}>
              <Icon name={icon} />
              {label}
            </Link>
          ))}
        </nav>
        <div class="top-end">
          <ThemeButton />
          <Button kind="quiet" icon="exit" onClick={() => signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <main id="main">{children}</main>
    </div>
  );
}

const isDarkNow = () => matchMedia('(prefers-color-scheme: dark)').matches;

/** Light or dark: as the system has it, until it is chosen here; for as long as the tab is open. */
function ThemeButton() {
  const [chosen, setChosen] = useState(() => sessionStorage.getItem('cathcr-theme'));
  useEffect(() => {
    if (!chosen) return;
    document.documentElement.dataset.theme = chosen;
    sessionStorage.setItem('cathcr-theme', chosen);
  }, [chosen]);
  const isDark = chosen ? chosen === 'dark' : isDarkNow();
  return (
    <button
      type="button"
      class="button quiet icon-only"
      aria-label={isDark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setChosen(isDark ? 'light' : 'dark')}
    >
      <Icon name={isDark ? 'sun' : 'moon'} />
    </button>
  );
}
