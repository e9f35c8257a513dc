/** What swagger-ui-bundle.js defines, with the options that are used here. */
interface Window {
  SwaggerUIBundle(options: {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    displayRequestDuration: boolean;
    docExpansion: 'list' | 'full' | 'none';
    defaultModelsExpandDepth: number;
    filter: boolean;
    persistAuthorization: boolean;
    validatorUrl: string | null;
  }): unknown;
}
