// What the page to sign in on is made of, and everything after it. Of Mantine only the styles of the components in use,
// in its own order: the whole sheet is 13 kB (gzip) more. Its variables, a sheet of 4 kB, the provider makes itself.
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Text.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Stack.css';
import './tokens.css';
import './base.css';
