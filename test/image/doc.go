// Package image builds what the Dockerfile builds without a container engine,
// and runs it as deploy/kubernetes does: the Dockerfile is read by BuildKit's
// own parser, its steps run in a folder that holds only what .dockerignore lets
// through, and this machine stands in for the base image. The result runs with
// nothing but itself below /, which it cannot write, as the user of the pod.
//
// Invariant: it is tests only.
package image
