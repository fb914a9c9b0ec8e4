import type { Org } from '../../actions/org.ts';
import { appLabelled, groupNamed } from '../structure.ts';
import { ornsOf } from './admin-estate.ts';

/** Governance labels: the two that Okta predefines and one of the company, on a few apps, groups and an entitlement. */
export function addLabels(org: Org): void {
  const { ids } = org;
  const { estate } = org.world;
  const orn = ornsOf(org);
  const add = (name: string, values: readonly string[], color: string): string[] => {
    const label = {
      labelId: ids.next('lbc'),
      name,
      values: values.map((value) => ({ labelValueId: ids.next('lbl'), name: value, color })),
    };
    estate.labels.push(label);
    return label.values.map(({ labelValueId }) => labelValueId);
  };
  const [jewel = ''] = add('Crown Jewel', ['Crown Jewel'], 'red');
  const [privileged = ''] = add('Privileged', ['Privileged'], 'orange');
  const [sox = ''] = add('Compliance', ['SOX', 'PCI'], 'blue');
  const mark = (resource: string, name: string, ...valueIds: string[]) =>
    estate.resourceLabels.set(resource, { name, valueIds });
  const app = (label: string, ...valueIds: string[]) => {
    const found = appLabelled(org, label);
    mark(orn.app(found), found.label, ...valueIds);
  };
  const group = (name: string, ...valueIds: string[]) => mark(orn.group(groupNamed(org, name).id), name, ...valueIds);
  app('AWS Production', jewel, privileged);
  app('NetSuite', jewel, sox);
  app('GitHub Enterprise', jewel);
  app('Snowflake', privileged);
  app('Vault Directory', privileged);
  group('Platform Owners', privileged);
  group('Finance', sox);
  const entitlement = `orn:okta:governance:${org.world.orgId}:entitlement-values:${ids.next('ent')}`;
  mark(entitlement, 'AdministratorAccess', jewel);
}
