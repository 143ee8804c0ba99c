# Packages: cmake --build BUILD --target looplint_package makes the .deb and the .tar.gz in BUILD/package, with the static
# binary, the man page and completions. The npm packages are made from the same binary by scripts/package.
set(staged ${CMAKE_BINARY_DIR}/package/staged)
add_custom_command(
  OUTPUT ${staged}/looplint.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${staged}
  COMMAND sh -c "for shell in bash zsh fish; do $<TARGET_FILE:looplint_static> completions \$shell > ${staged}/looplint.\$shell || exit 1; done"
  COMMAND sh -c "gzip -9n < ${CMAKE_SOURCE_DIR}/package/looplint.1 > ${staged}/looplint.1.gz"
  DEPENDS looplint_static ${CMAKE_SOURCE_DIR}/package/looplint.1
  VERBATIM)
add_custom_target(looplint_package
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake -B ${CMAKE_BINARY_DIR}/package
  DEPENDS ${staged}/looplint.fish
  VERBATIM)

install(PROGRAMS ${CMAKE_BINARY_DIR}/static/looplint DESTINATION bin)
install(FILES ${staged}/looplint.1.gz DESTINATION share/man/man1)
install(FILES ${staged}/looplint.bash DESTINATION share/bash-completion/completions RENAME looplint)
install(FILES ${staged}/looplint.zsh DESTINATION share/zsh/vendor-completions RENAME _looplint)
install(FILES ${staged}/looplint.fish DESTINATION share/fish/vendor_completions.d)
install(FILES ${CMAKE_SOURCE_DIR}/analyzer/engine/configuration_schema.json ${CMAKE_SOURCE_DIR}/analyzer/cli/json_schema.json
        DESTINATION share/looplint)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME looplint)
set(CPACK_PACKAGE_VENDOR looplint)
set(CPACK_PACKAGE_CONTACT "looplint <looplint@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "static analyzer that knows how Node.js runs")
set(CPACK_PACKAGE_FILE_NAME "looplint-${PROJECT_VERSION}-linux-x64")
set(CPACK_DEBIAN_FILE_NAME "looplint_${PROJECT_VERSION}_amd64.deb")
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_STRIP_FILES OFF)  # the linker did
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
