#!/bin/sh
# Unpacks a package of npm's, unchanged, and lists its files in index.txt.
#
#   npm-package.sh NAME VERSION SHA512 CACHE DESTINATION
#
# What was fetched is kept in CACHE. Without npm, or if the package cannot be had, the build goes on
# without it. A package that is not the one that this build was written for stops the build.
set -eu
name=$1
version=$2
sha512=$3
cache=$4
destination=$5

package=$cache/$(basename "$name")-$version.tgz
stamp=$destination/version.txt

leave_out() {
  echo "$name $version is left out, and what needs it: $1"
  rm -rf "$destination"
  exit 0
}

if [ "$(cat "$stamp" 2> /dev/null)" = "$version" ]; then
  exit 0
fi
if [ ! -f "$package" ]; then
  command -v npm > /dev/null || leave_out "npm is not installed"
  rm -rf "$cache/new"
  mkdir -p "$cache/new"
  (cd "$cache/new" &&
    npm pack --silent --ignore-scripts --prefer-offline "$name@$version" > /dev/null) ||
    leave_out "npm could not fetch it"
  mv "$cache"/new/*.tgz "$package"
fi
if ! echo "$sha512  $package" | sha512sum --check --status; then
  echo "$package is not what $name $version was when this build was written: remove it and try" \
    "again, or look at what changed and set the new sum in the root pom.xml" >&2
  exit 1
fi

rm -rf "$destination"
mkdir -p "$destination"
tar -xzf "$package" -C "$destination" --strip-components=1 --no-same-owner
(cd "$destination" && find . -type f | sed 's|^\./||' | LC_ALL=C sort > "$cache/index")
mv "$cache/index" "$destination/index.txt"
echo "$version" > "$stamp"
