import { type ComponentChildren, createContext } from 'preact';
import { useContext, useMemo, useState } from 'preact/hooks';
import { type Api, ApiError, createApi } from './api.ts';

/** Where the tab keeps the key: it outlives a reload, and ends with the tab. */
const STORED_AS = 'cathcr-api-key';

type Session = {
  readonly api: Api;
  readonly signOut: (why?: string) => void;
  /** Secrets that this page has seen in full, by webhook: kept in memory, gone with a reload. */
  readonly secrets: Map<string, string>;
};

const SessionContext = createContext<Session | undefined>(undefined);

/** The session of whoever is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody is signed in');
  return session;
}

type SignIn = (key: string) => Promise<void>;

type SessionProviderProps = {
  readonly children: ComponentChildren;
  /** What is shown to whoever is not signed in. `notice` says why, where somebody was. */
  readonly signIn: (signIn: SignIn, notice: string | undefined) => ComponentChildren;
};

export function SessionProvider({ children, signIn }: SessionProviderProps) {
  const [key, setKey] = useState(() => sessionStorage.getItem(STORED_AS));
  const [notice, setNotice] = useState<string>();

  const enter: SignIn = async (given) => {
    await checkKey(given);
    sessionStorage.setItem(STORED_AS, given);
    setNotice(undefined);
    setKey(given);
  };
  const session = useMemo(() => {
    if (key === null) return undefined;
    const signOut = (why?: string) => {
      sessionStorage.removeItem(STORED_AS);
      setNotice(why);
      setKey(null);
    };
    const onRefused = () => signOut('Your API key is not known any more. It may have been revoked.');
    return { api: createApi(key, onRefused), signOut, secrets: new Map<string, string>() };
  }, [key]);

  if (!session) return <>{signIn(enter, notice)}</>;
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

/** @throws ApiError that says what is wrong with the key */
async function checkKey(key: string): Promise<void> {
  try {
    await createApi(key)('GET', '/webhooks?limit=1&cursor=');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) {
      throw new ApiError(
        401,
        'This API key is not known.',
        'Check that all of it was copied: it begins with cathcr_key_. A revoked key is not known either.',
      );
    }
    if (error.status === 403) {
      throw new ApiError(
        403,
        'This API key may not read webhooks.',
        'The dashboard needs a key with the scope webhooks:read, and webhooks:write to change anything.',
      );
    }
    throw error;
  }
}
