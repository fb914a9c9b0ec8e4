import { NativeSelect } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { Identity } from '~/api/identities.server';
import { useSession } from '~/shell/session';
import { Fields, Submit } from '~/ui/forms';
import { Panel } from '~/ui/page';
import { words } from '~/ui/words';
import { BY_RULES, KIND_CHOICES } from './kinds';

interface IdentityKindProps {
  identity: Identity;
  /** False for the past. */
  changeable: boolean;
}

/** What the identity is and why, and a way to say otherwise. */
export function IdentityKind({ identity, changeable }: IdentityKindProps) {
  const { can } = useSession();
  const { kind, kindReasons, kindSetBy } = identity;
  const chosen = kindSetBy === null ? BY_RULES : kind;
  return (
    <Panel title="Kind" hint="People and machines are told apart by what their source says of them.">
      <p>{words(kind)}</p>
      {kindSetBy === null ? null : <p className="mute">Set by {kindSetBy}</p>}
      {kindReasons.length === 0 ? null : (
        <ul className="mute">
          {kindReasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {changeable && can('sources:manage') ? (
        <Form method="post">
          <Fields>
            <NativeSelect
              key={chosen}
              label="What it is"
              name="kind"
              defaultValue={chosen}
              data={KIND_CHOICES.map((value) => ({
                value,
                label: value === BY_RULES ? 'As the rules say' : words(value),
              }))}
            />
            <div>
              <Submit intent="kind" variant="default">
                Save
              </Submit>
            </div>
          </Fields>
        </Form>
      ) : null}
    </Panel>
  );
}
