// The page /docs: every operation of the API, and a way to try it, as the person who is signed in. It shares nothing with the
// application, whose first screen would otherwise wait for it.
import 'swagger-ui-dist/swagger-ui.css';
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js?url';
import './docs.css';

/** By what the application keeps in this browser (lib/colorScheme.ts); dark is its default. */
function isDark(): boolean {
  const theme = localStorage.getItem('mantine-color-scheme-value');
  return theme === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : theme !== 'light';
}

function show(): void {
  window.SwaggerUIBundle({
    url: new URL('openapi.json', document.baseURI).href,
    dom_id: '#api',
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    filter: true,
    persistAuthorization: false, // a token stays in the page that it was typed into
    validatorUrl: null, // nothing is sent anywhere
  });
}

document.documentElement.classList.toggle('dark-mode', isDark());
const script = document.createElement('script');
script.src = bundle;
script.onload = show;
document.head.append(script);
