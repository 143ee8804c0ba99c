require('live-server').start({ port: Number(process.argv[2]), host: '127.0.0.1', root: '.', open: false, logLevel: 0 });
