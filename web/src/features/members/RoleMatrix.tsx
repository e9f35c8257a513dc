import { Icon } from '~/components/Icon';
import { isAtLeast, RIGHTS, ROLES } from '~/lib/roles';
import page from '../account/Settings.module.css';
import classes from './Members.module.css';

/** Who may do what. */
export function RoleMatrix() {
  return (
    <section className={page.card}>
      <h2>What the roles may do</h2>
      <div className={classes.matrix} role="region" aria-label="What the roles may do" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <td />
              {ROLES.map((role) => (
                <th key={role} scope="col">
                  {role}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {RIGHTS.map(({ what, needs }) => (
              <tr key={what}>
                <th scope="row">{what}</th>
                {ROLES.map((role) => (
                  <td key={role}>
                    {isAtLeast(role, needs) ? (
                      <>
                        <Icon name="check" size={16} />
                        <span className="visually-hidden">yes</span>
                      </>
                    ) : (
                      <>
                        <span aria-hidden="true">–</span>
                        <span className="visually-hidden">no</span>
                      </>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={page.note}>The last owner of a workspace cannot be removed, lowered or leave.</p>
    </section>
  );
}
