// Settings of the reference. Runs before Scalar, which is started when the page has been read.
'use strict'

// Scalar's check of its settings would try whether it may make functions from text, which the page forbids.
globalThis.__zod_globalConfig = { jitless: true }

document.addEventListener('DOMContentLoaded', () => {
  Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    slug: 'vorzimmer',
    // The name by which the page was opened, whatever the document says.
    servers: [{ url: window.location.origin, description: 'This server' }],

    theme: 'none',
    layout: 'modern',
    withDefaultFonts: false,
    metaData: { title: 'Vorzimmer API' },
    setPageTitle: ({ title, document }) =>
      title === document.title ? 'Vorzimmer API' : `${title} · Vorzimmer API`,
    modelsSectionLabel: 'Schemas',
    documentDownloadType: 'direct',
    defaultOpenFirstTag: false,
    defaultOpenAllTags: false,
    orderSchemaPropertiesBy: 'preserve',
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },

    // The token stays in this browser until it is taken out again.
    persistAuth: true,
    authentication: { preferredSecurityScheme: 'bearer' },

    // The guide and the catalogue of problems link to these.
    generateTagSlug: ({ name }) => name,
    generateOperationSlug: ({ operationId }) => operationId,
    generateModelSlug: ({ name }) => name,

    // Nothing that leads away from this server.
    agent: { disabled: true },
    mcp: { disabled: true },
    telemetry: false,
    hideClientButton: true,
    showDeveloperTools: 'never',
  })
})
