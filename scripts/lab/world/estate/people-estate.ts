import type { Org } from '../../actions/org.ts';
import { DAY, iso } from '../../core/clock.ts';
import type { User } from '../model.ts';

/** User types, realms and linked objects, and who is of another than the default one. */
export function addPeopleEstate(org: Org, everyone: readonly User[]): void {
  const { world, ids } = org;
  const { estate } = world;
  const now = org.clock.now();
  const dates = (days: number) => ({ created: iso(now - days * DAY), lastUpdated: iso(now - (days * DAY) / 2) });
  const by = { createdBy: world.rootAdminId, lastUpdatedBy: world.rootAdminId };
  const contractorType = ids.next('oty');
  estate.userTypes = [
    {
      id: world.userTypeId,
      name: 'user',
      displayName: 'User',
      description: 'Okta user profile template with default permission settings',
      default: true,
      ...dates(900),
      ...by,
    },
    {
      id: contractorType,
      name: 'contractor',
      displayName: 'Contractor',
      description: 'People of other companies',
      default: false,
      ...dates(400),
      ...by,
    },
    {
      id: ids.next('oty'),
      name: 'service',
      displayName: 'Service account',
      description: 'Accounts that no person signs in with',
      default: false,
      ...dates(300),
      ...by,
    },
  ];
  const partners = ids.next('guo');
  estate.realms = [
    { id: world.realmId, isDefault: true, profile: { name: 'Default', realmType: 'DEFAULT' }, ...dates(800) },
    {
      id: partners,
      isDefault: false,
      profile: { name: 'Partners', realmType: 'PARTNER', domains: ['partners.acme.example'] },
      ...dates(350),
    },
  ];
  for (const user of everyone) {
    if (user.profile.userType !== 'Contractor') continue;
    estate.userTypeOf.set(user.id, contractorType);
    if (user.provider.type === 'FEDERATION') estate.realmOf.set(user.id, partners);
  }
  estate.linkedObjects = [
    {
      primary: { name: 'manager', title: 'Manager', description: 'Whom the person reports to', type: 'USER' },
      associated: { name: 'subordinate', title: 'Subordinate', description: 'Who reports to the person', type: 'USER' },
    },
  ];
}
