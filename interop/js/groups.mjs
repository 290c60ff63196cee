// Calls every group function and the lookups of @frontegg/rest-api, as a web page
// would, and checks the results. The server is a fakefrontegg with -seed, configured with
// FRONTEGG_BASE_URL, FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and FRONTEGG_TENANT_ID.

import assert from 'node:assert/strict';

// The browser globals that the client expects. It reads window.location.search before
// every request. document is for downloads, which groups do not need.
globalThis.window = { location: { href: 'http://localhost/', search: '' } };
globalThis.document = new Proxy({}, {
  get(_, name) { throw new Error(`the client uses document.${String(name)}`); },
});

const { ContextHolder, FronteggApiError, createApiClient } = (await import('@frontegg/rest-api')).default;

const {
  FRONTEGG_BASE_URL: baseUrl, FRONTEGG_CLIENT_ID: clientId, FRONTEGG_API_KEY: secret, FRONTEGG_TENANT_ID: tenant,
} = process.env;

// A web page has the token of its user. Here it is a token of the environment, with
// the tenant in a header.
const login = await fetch(`${baseUrl}/auth/vendor`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ clientId, secret }),
});
assert.equal(login.status, 200);
const { token } = await login.json();

const app = 'interop';
let sent = []; // requests, reported by the client
ContextHolder.for(app).setContext({
  baseUrl, // the client adds /frontegg, the prefix of custom domains
  tokenResolver: () => token,
  additionalHeadersResolver: () => [{ key: 'frontegg-tenant-id', value: tenant }],
  beforeRequestInterceptor: (options, url) => {
    sent.push(`${options.method} ${new URL(url).pathname}${new URL(url).search}`);
    return options;
  },
});

const api = createApiClient(app).groups;
const called = new Set();
const groups = new Proxy(api, {
  get(target, name) {
    called.add(name);
    return target[name];
  },
});

// rejection returns the error of a call.
async function rejection(call) {
  const error = await call.then(() => assert.fail('the call succeeded'), (e) => e);
  assert.ok(error instanceof FronteggApiError, String(error));
  return error;
}

const has = (list, id) => list.some((item) => item.id === id);
const all = { _groupsRelations: 'rolesAndUsers' };

await groups.updateGroupConfiguration({ rolesEnabled: false });
assert.deepEqual(await groups.getGroupConfiguration(), { enabled: true, rolesEnabled: false });
await groups.updateGroupConfiguration({ rolesEnabled: true });

const seeded = (await groups.getGroups(all)).groups;
assert.equal(seeded.length, 12);
const [role] = seeded[0].roles;
const [user] = seeded[0].users;
assert.ok(role.key && user.email);
assert.ok((await groups.getGroups()).groups.every((g) => g.roles.length === 0 && g.users.length === 0));

const created = await groups.createGroup({ name: 'Interop', color: '#0f0', description: 'by JavaScript', metadata: '{"a":1}' });
assert.equal(created.name, 'Interop');
assert.equal(created.managedBy, 'frontegg');
assert.deepEqual(JSON.parse(created.metadata), { a: 1 });
const groupId = created.id;

const taken = await rejection(groups.createGroup({ name: 'Interop' }));
assert.equal(taken.statusCode, 409);
assert.ok(taken.traceId, 'an error names its request');
assert.match(taken.message, /Interop/);

for (const time of ['first', 'second']) { // the second changes nothing
  await groups.addRolesToGroup(groupId, { roleIds: [role.id] });
  await groups.addUsersToGroup(groupId, { userIds: [user.id] });
  const now = await groups.getGroupById({ groupId }, all);
  assert.ok(now.roles.length === 1 && has(now.roles, role.id), time);
  assert.ok(now.users.length === 1 && has(now.users, user.id), time);
}

await groups.updateGroup({ groupId, description: '' });
const updated = await groups.getGroupById({ groupId });
assert.equal(updated.description, '');
assert.equal(updated.color, '#0f0');

const unknown = '00000000-0000-4000-8000-000000000000';
const some = (await groups.getGroupsByIds({ groupsIds: [groupId, seeded[0].id, unknown] }, all)).groups;
assert.equal(some.length, 2);
assert.ok(has(some, groupId) && has(some, seeded[0].id));
assert.ok(has(some.find((g) => g.id === groupId).users, user.id));

for (const time of ['first', 'second']) {
  await groups.deleteUsersFromGroup(groupId, { userIds: [user.id] });
  await groups.deleteRolesFromGroup(groupId, { roleIds: [role.id] });
  const now = await groups.getGroupById({ groupId }, all);
  assert.ok(now.roles.length === 0 && now.users.length === 0, time);
}

await groups.deleteGroup(groupId);
assert.equal((await rejection(groups.getGroupById({ groupId }))).statusCode, 404);
assert.equal((await rejection(groups.deleteGroup(groupId))).statusCode, 404);

// Lookups: users by address, and the groups and roles of users.
const { users } = createApiClient(app);
const page = await users.getUsersV3({ _limit: 5, _sortBy: 'email', _includeSubTenants: false });
assert.equal(page.items.length, 5);
assert.equal(page._metadata.totalPages, 40);
const [byEmail] = (await users.getUsersV3({ _email: user.email })).items;
assert.equal(byEmail.id, user.id);
assert.deepEqual(byEmail.tenantIds, [tenant]);
const [membership] = await users.getUsersGroups({ ids: [user.id, unknown] });
assert.equal(membership.userId, user.id);
assert.deepEqual(membership.groupIds, [seeded[0].id]);
assert.deepEqual((await users.getUsersRoles({ ids: [user.id] })).map((row) => row.roleIds), [[]]);

// All functions were called, including new ones of the client.
const functions = Object.keys(api).filter((name) => /group/i.test(name));
assert.deepEqual(functions.filter((name) => !called.has(name)), []);
assert.equal(functions.length, 12);
assert.ok(sent.every((line) => /\/frontegg\/identity\/resources\/(groups\/v1|users\/v3)/.test(line)), sent.join('\n'));
console.log(`${functions.length} functions, ${sent.length} requests: ${functions.join(', ')}`);
