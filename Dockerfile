# The bridge. Its configuration is mounted at /etc/scim-directory-bridge/config.yaml; the root file system may be
# read-only, and /var/lib/scim-directory-bridge is there for a journal.

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency of the build needs a script of its own, so none is run.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-trixie-slim
ENV NODE_ENV=production
WORKDIR /app
RUN install -d -o node -g node /var/lib/scim-directory-bridge
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER node
EXPOSE 8080
# Asks where the settings say that the bridge listens. Another file than that of CMD needs a check of its own.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "dist/cli/main.js", "health", "--config", "/etc/scim-directory-bridge/config.yaml"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["serve", "--config", "/etc/scim-directory-bridge/config.yaml"]
