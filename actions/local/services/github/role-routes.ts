import { notFound, ok, type Route } from './routes.ts';
import { type Site, userOf } from './site.ts';

/** The older permission that GitHub shows beside a role; a role of one's own reads at least. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
};

/**
 * `/collaborators/{username}/permission`: the owner is admin, everybody else reads unless given a role. Bots are not
 * people and have none.
 */
export const roleRoutes = (
  site: Site,
  people: readonly string[],
  roles: Readonly<Record<string, string>>,
): readonly Route[] => [
  {
    method: 'GET',
    path: '/collaborators/{username}/permission',
    handle({ params: [login = ''] }) {
      if (login !== site.owner && !people.includes(login)) return notFound;
      const role = roles[login] ?? (login === site.owner ? 'admin' : 'read');
      return ok({
        permission: PERMISSIONS[role] ?? 'read',
        role_name: role,
        user: { ...userOf(site, login), role_name: role },
      });
    },
  },
];
