# cmake --install: the program, the example configuration, the unit and the docs.
include(GNUInstallDirs)
install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config.example.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/weir)
install(FILES deploy/grafana/weir.json DESTINATION ${CMAKE_INSTALL_DATADIR}/weir/grafana)
install(FILES deploy/prometheus.yml DESTINATION ${CMAKE_INSTALL_DATADIR}/weir)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
# The unit names the program by its full path, which --prefix decides.
install(CODE "
  set(WEIR_BINDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  set(WEIR_DOCDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}\")
  configure_file(${PROJECT_SOURCE_DIR}/deploy/weir.service.in
                 ${PROJECT_BINARY_DIR}/deploy/weir.service @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/deploy/weir.service DESTINATION lib/systemd/system)
