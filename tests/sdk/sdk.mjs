// Okta's Node SDK, unmodified, against the local tenant: what a user of it would do first. Speaks TAP.
// Started by tests/e2e/sdk.t with OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN set.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.SDK_FOLDER, 'x.js'));
const okta = require('@okta/okta-sdk-nodejs');
const orgUrl = process.env.OKTA_CLIENT_ORGURL;
// the SDK insists on https for all but tests
const testing = { disableHttpsCheck: true };
const client = new okta.Client({ orgUrl, token: process.env.OKTA_CLIENT_TOKEN, testing });

let n = 0, failed = 0;
async function test(name, run) {
	n++;
	try {
		await run();
		console.log(`ok ${n} - ${name}`);
	} catch (e) {
		failed++;
		console.log(`not ok ${n} - ${name}`);
		console.log(String(e.stack || e.message || e).replace(/^/gm, '# '));
	}
}

async function all(collection) {
	const list = [];
	await (await collection).each(x => { list.push(x); });
	return list;
}

const person = i => ({
	profile: { firstName: 'Ada', lastName: `L${i}`, email: `ada${i}@sdk.example`, login: `ada${i}@sdk.example` },
	credentials: { password: { value: 'Abcd-1234-efgh' } },
});
const PEOPLE = 1100;
let user, group, app;

await test('a user is made', async () => {
	user = await client.userApi.createUser({ body: person(0) });
	assert.equal(user.status, 'ACTIVE');
	assert.ok(user.created instanceof Date);
});
await test('and read by id and by login', async () => {
	assert.equal((await client.userApi.getUser({ userId: user.id })).id, user.id);
	assert.equal((await client.userApi.getUser({ userId: 'ada0@sdk.example' })).id, user.id);
});
await test('and updated', async () => {
	user.profile.nickName = 'Countess';
	await client.userApi.replaceUser({ userId: user.id, user });
	assert.equal((await client.userApi.getUser({ userId: user.id })).profile.nickName, 'Countess');
	await client.userApi.updateUser({ userId: user.id, user: { profile: { title: 'Dr.' } } });
	const now = await client.userApi.getUser({ userId: user.id });
	assert.deepEqual([now.profile.title, now.profile.nickName], ['Dr.', 'Countess']);
});
await test(`${PEOPLE} more are made and listed in pages`, async () => {
	for (let i = 1; i <= PEOPLE; i += 50)
		await Promise.all(Array.from({ length: Math.min(50, PEOPLE + 1 - i) },
			(_, k) => client.userApi.createUser({ body: person(i + k) })));
	const logins = (await all(client.userApi.listUsers())).map(u => u.profile.login);
	assert.equal(new Set(logins).size, logins.length);
	assert.equal(logins.filter(l => l.endsWith('@sdk.example')).length, PEOPLE + 1);
	assert.equal((await all(client.userApi.listUsers({ limit: 7, search: 'profile.lastName sw "L10"' }))).length, 111);
});
await test('a user goes through his states', async () => {
	const state = async want => assert.equal((await client.userApi.getUser({ userId: user.id })).status, want);
	await client.userApi.suspendUser({ userId: user.id });
	await state('SUSPENDED');
	await client.userApi.unsuspendUser({ userId: user.id });
	await state('ACTIVE');
	await client.userApi.deactivateUser({ userId: user.id });
	await state('DEPROVISIONED');
	await client.userApi.activateUser({ userId: user.id, sendEmail: false });
	assert.ok(['ACTIVE', 'PROVISIONED'].includes((await client.userApi.getUser({ userId: user.id })).status));
});
await test('groups have members', async () => {
	group = await client.groupApi.createGroup({ group: { profile: { name: 'SDK', description: 'of the SDK' } } });
	await client.groupApi.assignUserToGroup({ groupId: group.id, userId: user.id });
	assert.deepEqual((await all(client.groupApi.listGroupUsers({ groupId: group.id }))).map(u => u.id), [user.id]);
	await client.groupApi.unassignUserFromGroup({ groupId: group.id, userId: user.id });
	assert.equal((await all(client.groupApi.listGroupUsers({ groupId: group.id }))).length, 0);
});
await test('apps have users and groups', async () => {
	app = await client.applicationApi.createApplication({ application: {
		name: 'bookmark', label: 'SDK', signOnMode: 'BOOKMARK',
		settings: { app: { requestIntegration: false, url: 'https://sdk.example' } },
	} });
	await client.applicationApi.assignUserToApplication({ appId: app.id, appUser: { id: user.id } });
	await client.applicationApi.assignGroupToApplication({ appId: app.id, groupId: group.id });
	assert.deepEqual((await all(client.applicationApi.listApplicationUsers({ appId: app.id }))).map(u => u.id), [user.id]);
	assert.deepEqual((await all(client.applicationApi.listApplicationGroupAssignments({ appId: app.id }))).map(g => g.id),
		[group.id]);
	await client.applicationApi.deactivateApplication({ appId: app.id });
	await client.applicationApi.deleteApplication({ appId: app.id });
});
await test('an error is one that the SDK understands', async () => {
	await assert.rejects(client.userApi.getUser({ userId: 'nobody@sdk.example' }),
		e => e.status === 404 && e.errorCode === 'E0000007');
});
await test('the System Log has it all', async () => {
	const types = new Set((await all(client.systemLogApi.listLogEvents({ limit: 1000,
		until: new Date(Date.now() + 1000).toISOString(), since: new Date(Date.now() - 3600000).toISOString() }))).map(e => e.eventType));
	for (const t of ['user.lifecycle.create', 'user.lifecycle.suspend', 'group.user_membership.add', 'application.lifecycle.create'])
		assert.ok(types.has(t), `${t} is not among ${[...types]}`);
});
for (const bound of [false, true]) {
	await test(`a service app with a private key${bound ? ' and DPoP' : ''} is let in`, async () => {
		const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const service = await client.applicationApi.createApplication({ application: {
			name: 'oidc_client', label: `Service ${bound}`, signOnMode: 'OPENID_CONNECT',
			credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
			settings: { oauthClient: {
				application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'],
				dpop_bound_access_tokens: bound,
				jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] },
			} },
		} });
		for (const scopeId of ['okta.users.read', 'okta.groups.manage'])
			await client.applicationApi.grantConsentToScope({ appId: service.id,
				oAuth2ScopeConsentGrant: { issuer: orgUrl, scopeId } });
		await client.roleAssignmentApi.assignRoleToClient({ clientId: service.id,
			assignRoleRequest: { type: 'ORG_ADMIN' } });
		const keyed = new okta.Client({ orgUrl, authorizationMode: 'PrivateKey', clientId: service.id,
			scopes: ['okta.users.read', 'okta.groups.manage'], keyId: 'k1',
			privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }), testing });
		assert.equal((await keyed.userApi.getUser({ userId: user.id })).id, user.id);
		const made = await keyed.groupApi.createGroup({ group: { profile: { name: `by a service ${bound}` } } });
		assert.ok(made.id);
		await assert.rejects(keyed.userApi.deactivateUser({ userId: user.id }), e => e.status === 403);
	});
}
console.log(`1..${n}`);
process.exitCode = failed ? 1 : 0;
